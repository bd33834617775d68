"""What the page says."""

from django.conf import settings
from django.http import JsonResponse


async def index(request):
    collected = sorted(file.name for file in settings.STATIC_ROOT.rglob("*.css"))
    return JsonResponse({"rooms": ["kitchen", "attic"], "collected": collected})
