package org.example;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.ext.web.Router;

public class Pulse extends AbstractVerticle {
    @Override
    public void start(Promise<Void> started) {
        Router router = Router.router(vertx);
        router.get("/pulse").handler(context -> context.response().end("steady"));
        vertx.createHttpServer()
                .requestHandler(router)
                .listen(8094)
                .<Void>mapEmpty()
                .onComplete(started);
    }
}
