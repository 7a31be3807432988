#!/usr/bin/env python3
"""Enroll in every course that one can find.

EDUCA_URL=https://learn.example.org EDUCA_TOKEN=educa_… python3 enroll_all.py [--subject music]

The token needs the scopes `read` and `learn`. Says a line for each course; the status is 1 when one
could not be entered, and 0 when all could. Run again, it changes nothing.
"""

import argparse
import sys

from api import Api, Refused, run


def main() -> int:
    """Enroll in all; 1 when some course could not be entered."""
    parser = argparse.ArgumentParser(description="Enroll in every course that one can find.")
    parser.add_argument("--subject", help="only courses of this subject, by its slug")
    options = parser.parse_args()
    api = Api.from_environment()
    wanted = {"subject": options.subject} if options.subject else {}
    failed = 0
    for course in api.all("courses/", **wanted):
        try:
            print(f"{course['title']}: {enroll(api, course)}")
        except Refused as refused:
            failed += 1
            print(f"{course['title']}: {refused}", file=sys.stderr)
    return 1 if failed else 0


def enroll(api: Api, course: dict[str, object]) -> str:
    """Enroll in a course; how that went, in words. Raises Refused."""
    if course["is_enrolled"]:
        return "enrolled already"
    answer = api.send("POST", f"courses/{course['id']}/enroll/")
    return "enrolled" if answer["enrolled"] else "asked to be let in"


if __name__ == "__main__":
    run(main)
