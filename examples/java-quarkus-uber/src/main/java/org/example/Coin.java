package org.example;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.concurrent.ThreadLocalRandom;

@Path("/toss")
public class Coin {
    @GET
    public String toss() {
        return "tossed " + (ThreadLocalRandom.current().nextBoolean() ? "heads" : "tails");
    }
}
