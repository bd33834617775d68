from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def window(request: HttpRequest) -> HttpResponse:
    return render(request, "window.html", {"items": ["tea", "coffee"]})


def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})
