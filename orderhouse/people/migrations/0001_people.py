from django.db import migrations, models

from orderhouse.database.migration import sql_file
from orderhouse.people.models import UserManager


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("failed_attempts", models.IntegerField(default=0, db_default=0)),
                ("blocked_until", models.DateTimeField(null=True, blank=True)),
                ("must_change_password", models.BooleanField(default=False, db_default=False)),
                ("session_version", models.IntegerField(default=0, db_default=0)),
                ("second_factor", models.BinaryField(null=True, blank=True)),
                ("second_factor_since", models.DateTimeField(null=True, blank=True)),
                ("second_factor_step", models.BigIntegerField(default=0, db_default=0)),
            ],
            options={"abstract": False},
            managers=[("objects", UserManager())],
        ),
        sql_file(__file__),
    ]
