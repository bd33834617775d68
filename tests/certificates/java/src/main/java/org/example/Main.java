package org.example;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

public class Main {
    public static void main(String[] arguments) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("https://localhost:8443/")).build();
        System.out.println("trusted: " + HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode());
    }
}
