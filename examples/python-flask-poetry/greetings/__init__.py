"""The application factory."""

from flask import Flask, render_template


def create_app(settings: dict | None = None) -> Flask:
    app = Flask(__name__)
    app.config.update(settings or {})

    @app.get("/")
    def index() -> str:
        return render_template("index.html", words=["hello", "hallo", "hej"])

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    return app
