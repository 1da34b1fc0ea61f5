from django.db import migrations

from orderhouse.database.migration import sql_file


class Migration(migrations.Migration):
    dependencies = [("people", "0001_people")]
    operations = [sql_file(__file__)]
