"""The group Instructors; what it may do is granted as soon as the permissions exist.

Django makes permissions after the last migration of a run: see educa.courses.instructors.
"""

from django.db import migrations

INSTRUCTORS = "Instructors"


def create(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.get_or_create(name=INSTRUCTORS)


def delete(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name=INSTRUCTORS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("courses", "0002_initial"),
    ]

    operations = [migrations.RunPython(create, delete)]
