"""The residual block on one photo: activations, shortcut and branch, lesions, occlusion, fields.

It uses `explorer.explain`, and the rooms below it.
"""
