from django.db import migrations


class Migration(migrations.Migration):
    """Changes no table: whenever something is migrated, the triggers are made anew."""

    dependencies = [
        ('courses', '0010_numbers_of_course'),
    ]

    operations = []
