"""Times that are given, and not taken on saving; the columns stay as they are."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('students', '0004_note_words'),
    ]

    operations = [
        # In the state alone: SQLite would write both tables anew.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='completion',
                    name='completed_at',
                    field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='completed'),
                ),
                migrations.AlterField(
                    model_name='position',
                    name='updated_at',
                    field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='updated'),
                ),
            ],
        ),
    ]
