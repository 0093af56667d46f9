# SPDX-License-Identifier: MIT
"""The Flask application that flask_threaded.py serves."""
import threading

from flask import Flask, abort, jsonify, render_template_string, request, session

app = Flask(__name__)
app.secret_key = "not secret"
meeting = threading.Barrier(4)


@app.get("/")
def index():
    return render_template_string("{% for i in items %}<li>{{ i }}</li>{% endfor %}", items=["a", "<b>", request.args.get("x", "-")])


@app.post("/echo")
def echo():
    return jsonify(got=request.get_json())


@app.get("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return str(session["n"])


@app.get("/together")
def together():
    return str(meeting.wait(30) in range(4))        # answers only when four requests are here at a time


@app.post("/upload")
def upload():
    return "%s %d" % (request.files["f"].filename, len(request.files["f"].read()))


@app.get("/boom")
def boom():
    raise RuntimeError("boom")


@app.get("/teapot")
def teapot():
    abort(418)
