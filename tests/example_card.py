"""A card that says something of everything; tests change what they are about."""

from explorer.weights.model_cards import ModelCard

CARD = ModelCard(
    variant="resnet18",
    width=4,
    labels=("cat", "dog"),
    parameters=12_345,
    resize_size=64,
    crop_size=64,
    mean=(0.5, 0.5, 0.5),
    std=(0.25, 0.25, 0.25),
    photos=10,
    top1=81.25,
    top1_float32=81.35,
    top5=100.0,
    mean_per_class=79.5,
    temperature=1.0,
    calibration_error=3.0,
    calibration_error_before=3.0,
    confusions=(),
    samples=(),
    limits="Nothing but cats and dogs.",
    recipe="Two epochs.",
    command="resnet-explorer train photos",
    data="Ten photos by nobody.",
    licence="CC BY 4.0",
)
