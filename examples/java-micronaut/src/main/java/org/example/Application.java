package org.example;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.runtime.Micronaut;

@Controller("/signal")
public class Application {
    public static void main(String[] arguments) {
        Micronaut.run(Application.class, arguments);
    }

    @Get
    @Produces(MediaType.TEXT_PLAIN)
    public String signal() {
        return "all clear";
    }
}
