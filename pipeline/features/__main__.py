"""``python -m pipeline.features``: write the data dictionary beside the features it describes."""

from pathlib import Path

from pipeline.features.dictionary import data_dictionary

if __name__ == "__main__":
    Path(__file__).with_name("README.md").write_text(data_dictionary(), encoding="utf-8")
