from django.db import migrations

from orderhouse.database.migration import sql_file


class Migration(migrations.Migration):
    dependencies = [("contract", "0001_contract")]
    operations = [sql_file(__file__)]
