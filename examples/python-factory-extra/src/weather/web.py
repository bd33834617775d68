"""The application, made anew for each server and test."""

from importlib import resources

from falcon import Request, Response, asgi


class Forecast:
    def __init__(self, sky: str) -> None:
        self.sky = sky

    async def on_get(self, request: Request, response: Response, place: str) -> None:
        response.media = {"place": place, "sky": self.sky}


def create_app() -> asgi.App:
    app = asgi.App()
    app.add_route("/{place}", Forecast(resources.files("weather").joinpath("sky.txt").read_text().strip()))
    return app
