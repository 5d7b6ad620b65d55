"""Results of the core as pictures: Pillow images and plotly figures, no widgets."""
