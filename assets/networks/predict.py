"""Name what is on photos, without torch: python predict.py NETWORK.onnx PHOTO..."""

import io
import json
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageCms, ImageOps


def read(path: str) -> Image.Image:
    """Open a photo upright, in the colours of screens, on grey where it is transparent."""
    image = ImageOps.exif_transpose(Image.open(path))
    profile = image.info.get("icc_profile")
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else None
    if profile and image.mode == "RGB" and "sRGB" not in ImageCms.getProfileDescription(profile):
        image = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"))
    ground = Image.new("RGBA", image.size, (128, 128, 128))
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")


def prepared(image: Image.Image) -> np.ndarray:
    """Resize, crop and normalise as in training, to float32 of shape (1, 3, side, side)."""
    side, short = preprocessing["crop_size"], preprocessing["resize_size"]
    height, width = (int(short * s / min(image.size)) for s in (image.height, image.width))
    size = (side, side) if preprocessing["squash"] else (width, height)
    image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = round((image.width - side) / 2), round((image.height - side) / 2)
    pixels = np.float32(image.crop((left, top, left + side, top + side))) / 255
    x = (pixels - np.float32(preprocessing["mean"])) / np.float32(preprocessing["std"])
    return x.transpose(2, 0, 1)[None]


network, *photos = sys.argv[1:]
session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
facts = session.get_modelmeta().custom_metadata_map
labels, preprocessing = json.loads(facts["labels"]), json.loads(facts["preprocessing"])
for photo in photos:
    (logits,) = session.run(["logits"], {"photos": prepared(read(photo))})
    scores = np.exp(logits[0].astype(float) / float(facts["temperature"]))
    softmax = facts["outputs"] == "softmax"
    probabilities = scores / (scores.sum() if softmax else 1 + scores)
    print(photo)
    for index in np.argsort(-probabilities)[:5]:
        print(f"{100 * probabilities[index]:8.2f} %  {labels[index]}")
