from setuptools import find_packages, setup

setup(
    name="links",
    version="1.0.0",
    packages=find_packages(),
    python_requires=">=3.11",
    install_requires=["aiohttp>=3.11"],
)
