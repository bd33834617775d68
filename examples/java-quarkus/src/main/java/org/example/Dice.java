package org.example;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.concurrent.ThreadLocalRandom;

@Path("/roll")
public class Dice {
    @GET
    public String roll() {
        return "rolled " + ThreadLocalRandom.current().nextInt(1, 7);
    }
}
