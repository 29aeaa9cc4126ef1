"""Trains a small neural network to tell two moons apart: plain Python, no packages, seconds on one core."""

import json
import math
import os
import random

HIDDEN = 8
EPOCHS = int(os.environ.get("EPOCHS", "60"))
RATE = 0.1


def moons(count, noise=0.12):
    for _ in range(count):
        angle = random.uniform(0, math.pi)
        label = random.random() < 0.5
        x, y = (math.cos(angle), math.sin(angle)) if label else (1 - math.cos(angle), 0.5 - math.sin(angle))
        yield (x + random.gauss(0, noise), y + random.gauss(0, noise)), int(label)


def new_model():
    return {
        "w1": [[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(HIDDEN)],
        "b1": [0.0] * HIDDEN,
        "w2": [random.gauss(0, 1) / math.sqrt(HIDDEN) for _ in range(HIDDEN)],
        "b2": 0.0,
    }


def forward(model, point):
    hidden = [math.tanh(w[0] * point[0] + w[1] * point[1] + b) for w, b in zip(model["w1"], model["b1"])]
    logit = sum(w * h for w, h in zip(model["w2"], hidden)) + model["b2"]
    return hidden, 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def step(model, point, label):
    hidden, chance = forward(model, point)
    error = chance - label
    for i, value in enumerate(hidden):
        back = error * model["w2"][i] * (1 - value * value)
        model["w2"][i] -= RATE * error * value
        model["w1"][i][0] -= RATE * back * point[0]
        model["w1"][i][1] -= RATE * back * point[1]
        model["b1"][i] -= RATE * back
    model["b2"] -= RATE * error
    return -math.log(max(1e-12, chance if label else 1 - chance))


def accuracy(model, samples):
    return sum((forward(model, point)[1] > 0.5) == bool(label) for point, label in samples) / len(samples)


def main():
    random.seed(7)
    training, unseen = list(moons(400)), list(moons(200))
    model = new_model()
    for epoch in range(1, EPOCHS + 1):
        random.shuffle(training)
        loss = sum(step(model, point, label) for point, label in training) / len(training)
        if epoch == 1 or epoch % 10 == 0:
            print(f"epoch {epoch:3d}  loss {loss:.4f}  accuracy on unseen points {accuracy(model, unseen):.3f}", flush=True)
    reached = accuracy(model, unseen)
    # Whole or not at all, as whoever reads it expects.
    target = os.path.join(os.environ["RESULTS"], "model.json")
    with open(target + ".part", "w") as file:
        json.dump({"accuracy": reached, "epochs": EPOCHS, "model": model, "run": os.environ["RUNYARD_RUN_ID"]}, file)
    os.rename(target + ".part", target)
    print(f"accuracy {reached:.3f}; wrote {target}")
    if reached < 0.9:
        raise SystemExit("the model has learnt too little")


main()
