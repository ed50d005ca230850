"""The yardstick of pages: Flask that does nothing, behind the same server and settings."""

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def hello() -> str:
    return "hello"
