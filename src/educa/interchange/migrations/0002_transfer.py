import django.db.models.deletion
import educa.interchange.models.transfer
import educa.lib.files
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0004_studio'),
        ('interchange', '0001_imported'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='importedcourse',
            name='building_until',
            field=models.DateTimeField(blank=True, db_index=True, editable=False, null=True, verbose_name='being made until'),
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('import', 'Import'), ('export', 'Export')], max_length=6, verbose_name='direction')),
                ('is_look', models.BooleanField(default=False, verbose_name='only looks')),
                ('package', educa.lib.files.StoredFileField(blank=True, db_index=True, upload_to=educa.interchange.models.transfer.package_name, verbose_name='package')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size')),
                ('language', models.CharField(max_length=16, verbose_name='language of the report')),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('refused', 'Refused'), ('failed', 'Failed')], default='waiting', max_length=8, verbose_name='status')),
                ('step', models.CharField(blank=True, max_length=100, verbose_name='step')),
                ('done', models.PositiveBigIntegerField(default=0, verbose_name='done')),
                ('total', models.PositiveBigIntegerField(default=0, verbose_name='of')),
                ('report', models.JSONField(blank=True, default=dict, verbose_name='report')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='lease until')),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='asked for')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('course', models.ForeignKey(blank=True, help_text='Of an import, once it is known.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='transfers', to='courses.course', verbose_name='course')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transfers', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('subject', models.ForeignKey(blank=True, help_text='Of an import; without one, the subject that the package names.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.subject', verbose_name='subject')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
                'ordering': ['-created', '-pk'],
                'indexes': [models.Index(fields=['status', 'created'], name='transfers_by_status')],
                'constraints': [models.CheckConstraint(condition=models.Q(('direction__in', ['import', 'export'])), name='transfer_direction_is_known'), models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'running', 'done', 'refused', 'failed'])), name='transfer_status_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('status', 'running')), models.Q(models.Q(('status', 'running'), _negated=True), ('lease_until', None)), _connector='OR'), name='only_a_running_transfer_has_a_lease'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('status__in', ['waiting', 'running'])), models.Q(models.Q(('status__in', ['waiting', 'running']), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='a_finished_transfer_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('direction', 'export'), _negated=True), ('course__isnull', False), _connector='OR'), name='an_export_has_a_course'), models.UniqueConstraint(condition=models.Q(('direction', 'export'), ('status__in', ['waiting', 'running'])), fields=('owner', 'course'), name='one_export_under_way_per_owner_and_course')],
            },
        ),
    ]
