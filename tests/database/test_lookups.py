"""Asking for many rows at once."""

from uuid import uuid4

from holdfast.rails.models import Payment, Refund


def test_any_number_of_rows_is_asked_for_in_one_parameter(db: None) -> None:
    many = [uuid4() for _ in range(70_000)]
    assert list(Payment.objects.filter(id__among=many)) == []
    assert list(Refund.objects.filter(payment_id__among=many)) == []
    assert list(Payment.objects.filter(id__among=[])) == []
    assert list(Payment.objects.exclude(id__among={uuid4()})) == []
