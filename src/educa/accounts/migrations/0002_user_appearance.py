"""User names that look alike become impossible, and addresses quick to find."""

from django.db import migrations, models

import educa.accounts.models
import educa.accounts.names


def fill(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    for user in users.filter(username_appearance=None).iterator():
        user.username = educa.accounts.names.normalized(user.username)
        user.email = user.email.lower()
        user.save()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AlterModelManagers(name="user", managers=[]),
        migrations.AddField(
            model_name="user",
            name="username_appearance",
            field=educa.accounts.models.AppearanceField(editable=False, max_length=150, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="username_appearance",
            field=educa.accounts.models.AppearanceField(
                editable=False, max_length=150, unique=True
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="display_name",
            field=models.CharField(
                blank=True,
                help_text="What others see instead of your user name.",
                max_length=150,
                validators=[educa.accounts.models.validate_display_name],
                verbose_name="display name",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(
                blank=True, db_index=True, max_length=254, verbose_name="email address"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                max_length=16,
                validators=[educa.accounts.models.validate_language],
                verbose_name="language",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="time_zone",
            field=models.CharField(
                blank=True,
                max_length=64,
                validators=[educa.accounts.models.validate_time_zone],
                verbose_name="time zone",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(
                error_messages={"unique": "Somebody has this user name already."},
                help_text="Letters, digits and . - _ only. It is written in small letters.",
                max_length=150,
                unique=True,
                validators=[educa.accounts.names.validate_username],
                verbose_name="user name",
            ),
        ),
    ]
