package org.example;

import io.javalin.Javalin;

public class Notes {
    public static void main(String[] arguments) {
        Javalin.create()
                .get("/notes", context -> context.result("no notes yet"))
                .start(7071);
    }
}
