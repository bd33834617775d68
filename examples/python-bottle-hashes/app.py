"""Draws a picture of a given size, and describes it in XML."""

import io

from bottle import Bottle, response
from lxml import etree
from PIL import Image

application = Bottle()


@application.get("/<width:int>x<height:int>.png")
def picture(width: int, height: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (min(width, 512), min(height, 512)), "teal").save(data, "PNG")
    response.content_type = "image/png"
    return data.getvalue()


@application.get("/<width:int>x<height:int>.xml")
def description(width: int, height: int) -> bytes:
    response.content_type = "application/xml"
    return etree.tostring(etree.Element("picture", width=str(width), height=str(height)))
