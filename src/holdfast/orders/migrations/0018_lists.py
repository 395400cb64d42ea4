"""A party's orders are found in the order of its lists, by two indexes in the place of the two that knew no order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """No column changes, and no index has one that changes later."""

    dependencies = [("orders", "0017_release_before")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["buyer_id", "id"], name="orders_order_of_buyer"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["supplier_id", "id"], name="orders_order_of_supplier"),
        ),
        migrations.AlterField(model_name="order", name="buyer_id", field=models.UUIDField()),
        migrations.AlterField(model_name="order", name="supplier_id", field=models.UUIDField()),
    ]
