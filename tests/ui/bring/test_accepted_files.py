"""Every row of the page "What can I bring?" has a test that fails if it is no longer true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explorer.ui.bring.accepted_files import sections

TESTS = Path(__file__).parents[2]
READING, FORMATS = "photos/test_reading.py", "photos/test_file_formats.py"
TIFF, LABELS = "photos/test_tiff_directories.py", "weights/test_class_labels.py"
FOLDERS, NAMES = "photos/test_class_folders.py", "photos/test_category_names.py"
CONTENTS = "weights/file_contents"
NETWORKS, HEADS = f"{CONTENTS}/test_found_networks.py", f"{CONTENTS}/test_found_heads.py"
FACTS, KINDS = "weights/test_checkpoint_facts.py", f"{CONTENTS}/test_file_kinds.py"
LOADING, PICKLES = "weights/test_loading.py", "weights/test_safe_pickle.py"
CLASSES, TRAINER = "training/test_folder_classes.py", "training/test_trainer.py"

# The beginning of a row's first cell -> the test that stands for it.
STANDS_FOR = {
    "pictures": {
        "a JPEG called": (FOLDERS, "a_photo_is_found_under_any_ending"),
        "a photo that lies": (READING, "every_exif_orientation_ends_upright"),
        "a colour profile": (READING, "a_colour_profile_is_applied_and_a_broken_one_ignored"),
        "transparent parts": (READING, "transparent_pixels_lie_on_a_neutral_grey"),
        "values of 10, 12": (READING, "colours_of_fewer_bits_than_their_file_are_stretched"),
        "negative or very large": (READING, "values_that_were_stretched_are_said"),
        "a picture that is black": (READING, "a_black_picture_is_never_shown_in_silence"),
        "several pictures": (TIFF, "the_largest_page_is_shown_and_said"),
        "an animation": (READING, "an_animation_is_called_one"),
        "HEIC": (READING, "a_hostile_heic_ends_in_one_sentence"),
        "a ZIP": (
            "pages/test_many.py",
            "a_folder_that_is_named_after_a_class_tells_the_truth",
        ),
        "a camera's raw file": (TIFF, "the_values_of_a_sensor_are_named_with_a_way_on"),
        "JPEG XL": (FORMATS, "a_format_that_is_not_read_is_named_with_a_way_on"),
        "a damaged": (READING, "mutilated_files_give_a_picture_or_one_sentence"),
    },
    "checkpoints": {
        "a network inside": (NETWORKS, "any_key_and_any_prefix_may_hold_a_network"),
        "several networks": (NETWORKS, "averaged_weights_come_first_and_the_others_are_offered"),
        "entries beside": (NETWORKS, "entries_beside_the_network_are_left_out_and_counted"),
        "the names of": (NETWORKS, "the_names_of_other_libraries_give_the_same_logits"),
        "a head of several": (HEADS, "a_head_gives_the_logits_of_the_module_that_was_saved"),
        "a head with one": (HEADS, "one_logit_is_a_yes_or_no_with_a_sigmoid"),
        "classes that do not": (HEADS, "independent_classes_have_a_sigmoid_each"),
        "no head": (
            HEADS,
            "a_network_without_head_shows_its_blocks_and_says_why_it_explains_nothing",
        ),
        "class names, input": (FACTS, "class_names_in_the_file_are_used"),
        "no preprocessing": (FACTS, "what_the_file_does_not_say_is_imagenets_and_said"),
        "no class names": (LOADING, "a_thousand_outputs_are_assumed_to_be_imagenets"),
        "a stem for grey": (FACTS, "a_grey_stem_sees_the_grey_values"),
        "an architecture": (
            FACTS,
            "another_architecture_with_the_same_shapes_is_not_computed_in_silence",
        ),
        "TorchScript": (KINDS, "a_file_of_another_kind_is_named"),
        "a file that could run": (PICKLES, "code_in_a_checkpoint_never_runs"),
    },
    "labels": {
        "one label": (LABELS, "labels_are_read_in_the_order_of_the_outputs"),
        "an index and a label": (LABELS, "a_table_in_any_order_is_read_as_the_csv_module_reads_it"),
        "a table with titles": (LABELS, "labels_are_read_in_the_order_of_the_outputs"),
        "JSON": (LABELS, "the_mapping_of_numeric_folders_is_read_as_imagefolder_wrote_it"),
        "a larger JSON": (LABELS, "labels_are_read_in_the_order_of_the_outputs"),
        "ImageNet's labels": (LABELS, "labels_are_read_in_the_order_of_the_outputs"),
        "synsets": (LABELS, "labels_are_read_in_the_order_of_the_outputs"),
        "quotes": (LABELS, "notepads_unicode_is_read"),
        "indices that begin": (
            LABELS,
            "three_labels_their_number_and_how_they_were_read_are_shown",
        ),
        "two numbers": (LABELS, "an_index_that_is_not_clear_is_never_guessed"),
        "a gap": (LABELS, "an_index_that_is_not_clear_is_never_guessed"),
    },
    "folders": {
        "folders within": (
            FOLDERS,
            "classes_and_photos_have_the_order_of_torchvisions_imagefolder",
        ),
        "photos with other": (FOLDERS, "a_photo_is_found_under_any_ending"),
        "files that are no": (FOLDERS, "what_is_no_photo_is_left_out_and_counted_with_the_reason"),
        "`._photo.jpg`": (FOLDERS, "what_systems_leave_is_skipped_in_silence"),
        "a damaged photo": (FOLDERS, "a_folder_that_cannot_be_used_is_named_with_what_to_do"),
        "names that differ": (NAMES, "a_folder_means_the_same_class_however_it_is_written"),
        "`red_car`": (NAMES, "underscores_stay_where_they_tell_two_folders_apart"),
        "two folders": (NAMES, "folders_that_look_alike_are_refused_by_name"),
        "folders that are numbers": (NAMES, "folders_that_are_numbers_are_sorted_as_text"),
        "categories that only": (FOLDERS, "categories_that_differ_are_named"),
        "a class of the network": (CLASSES, "names_come_first_and_missing_classes_are_said"),
        "a network that names": (CLASSES, "numbers_without_names_have_the_order_of_imagefolder"),
        "photos added": (TRAINER, "a_run_that_goes_on_with_other_photos_knows_which_epochs"),
        "a full disk": (TRAINER, "a_checkpoint_that_cannot_be_written_leaves_the_last_good_one"),
    },
}


def rows(section: str) -> list[str]:
    """The first cells of a section's table, without its title."""
    return re.findall(r"^\| (.+?) \|", sections()[section], re.MULTILINE)[1:]


@pytest.mark.parametrize("section", STANDS_FOR)
def test_a_test_stands_for_each_row(section: str) -> None:
    beginnings = list(STANDS_FOR[section])
    assert len(rows(section)) == len(beginnings)
    for row, beginning in zip(rows(section), beginnings, strict=True):
        assert row.startswith(beginning)
        file, name = STANDS_FOR[section][beginning]
        assert f"def test_{name}" in (TESTS / file).read_text("utf-8"), name
