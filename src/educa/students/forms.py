"""What is posted about courses that somebody wants to study."""

from django import forms

BIGGEST_KEY = 2**63 - 1
LONGEST_CODE = 100  # characters that are looked at; more can't be a code, however it is grouped


class CourseForm(forms.Form):
    """Which course is meant."""

    course = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY)
