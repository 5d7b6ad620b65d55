"""Page parts on the residual block: activations, anatomy, lesions, occlusion, receptive fields.

It shows the results of `explorer.blocks`.
"""
