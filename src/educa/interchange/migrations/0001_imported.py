import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0003_instructors'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedCourse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(db_index=True, max_length=255, verbose_name='identifier')),
                ('package', models.CharField(max_length=64, verbose_name='checksum of the package')),
                ('details', models.CharField(blank=True, max_length=64, verbose_name='checksum of the details')),
                ('cover', models.CharField(blank=True, max_length=64, verbose_name='checksum of the cover')),
                ('imported_at', models.DateTimeField(auto_now=True, verbose_name='imported')),
                ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='imported', to='courses.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'imported course',
                'verbose_name_plural': 'imported courses',
                'ordering': ['-imported_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportedContent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=255, verbose_name='identifier')),
                ('checksum', models.CharField(blank=True, max_length=64, verbose_name='checksum')),
                ('content', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='imported', to='courses.content', verbose_name='content')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='interchange.importedcourse', verbose_name='imported course')),
            ],
            options={
                'verbose_name': 'imported content',
                'verbose_name_plural': 'imported contents',
                'constraints': [models.UniqueConstraint(fields=('source', 'identifier'), name='one_content_per_identifier')],
            },
        ),
        migrations.CreateModel(
            name='ImportedAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=255, verbose_name='identifier')),
                ('checksum', models.CharField(blank=True, max_length=64, verbose_name='checksum')),
                ('attachment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='imported', to='courses.attachment', verbose_name='attachment')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='interchange.importedcourse', verbose_name='imported course')),
            ],
            options={
                'verbose_name': 'imported attachment',
                'verbose_name_plural': 'imported attachments',
                'constraints': [models.UniqueConstraint(fields=('source', 'identifier'), name='one_attachment_per_identifier')],
            },
        ),
        migrations.CreateModel(
            name='ImportedModule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=255, verbose_name='identifier')),
                ('checksum', models.CharField(blank=True, max_length=64, verbose_name='checksum')),
                ('module', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='imported', to='courses.module', verbose_name='module')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='interchange.importedcourse', verbose_name='imported course')),
            ],
            options={
                'verbose_name': 'imported module',
                'verbose_name_plural': 'imported modules',
                'constraints': [models.UniqueConstraint(fields=('source', 'identifier'), name='one_module_per_identifier')],
            },
        ),
    ]
