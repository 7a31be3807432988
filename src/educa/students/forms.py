"""What is posted about courses that somebody wants to study."""

from django import forms

from educa.lib.keys import BIGGEST_KEY

LONGEST_CODE = 100  # characters that are looked at; more can't be a code, however it is grouped


class CourseForm(forms.Form):
    """Which course is meant."""

    course = forms.IntegerField(min_value=1, max_value=BIGGEST_KEY)
