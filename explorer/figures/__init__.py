"""Results of the core as pictures: Pillow images, charts and SVG drawings, no widgets."""
