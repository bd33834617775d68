package org.example;

import io.helidon.config.Config;
import io.helidon.webserver.WebServer;

public class Tides {
    public static void main(String[] arguments) {
        WebServer.builder()
                .config(Config.create().get("server"))
                .routing(routing -> routing.get("/tide", (request, response) -> response.send("high tide")))
                .build()
                .start();
    }
}
