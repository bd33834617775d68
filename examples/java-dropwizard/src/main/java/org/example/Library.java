package org.example;

import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

public class Library extends Application<Configuration> {
    public static void main(String[] arguments) throws Exception {
        new Library().run(arguments);
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
        environment.jersey().register(new Books());
    }

    @Path("/books")
    public static class Books {
        @GET
        public String books() {
            return "two books";
        }
    }
}
