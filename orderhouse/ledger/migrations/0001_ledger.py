from django.db import migrations

from orderhouse.database.migration import sql_file


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_catalog")]
    operations = [sql_file(__file__)]
