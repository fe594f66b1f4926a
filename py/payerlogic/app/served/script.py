"""What Streamlit runs for every change that a person makes."""

from pathlib import Path

from payerlogic.app import show_app

if __name__ == "__main__":
    show_app(Path(__file__).resolve().parents[4] / "examples" / "cases")
