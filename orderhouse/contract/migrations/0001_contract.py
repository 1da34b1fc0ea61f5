from django.db import migrations

from orderhouse.database.migration import sql_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger")]
    operations = [sql_file(__file__)]
