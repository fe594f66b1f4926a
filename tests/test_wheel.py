"""What is installed has everything that it needs: every module, script and style, and the knowledge base."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent


def test_the_wheel_has_every_file_of_the_package_and_the_knowledge_base(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(ZipFile(wheel).namelist())
    here = [path for path in (ROOT / "py" / "payerlogic").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    wanted = {path.relative_to(ROOT / "py").as_posix() for path in here}
    wanted |= {f"payerlogic/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "kb").rglob("*.*")}
    assert any(name.endswith("graph.js") for name in wanted)
    assert wanted <= packed
