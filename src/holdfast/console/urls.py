"""The addresses of the console's pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from holdfast.console.pages import account, home, orders

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("acting/", home.choose, name="choose"),
    path("theme/", home.theme, name="theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", account.account, name="account"),
    path("welcome/", account.welcome, name="welcome"),
    path("invitations/<str:ref>/accept/", account.accept_invitation, name="invitation_accept"),
    path("orders/", orders.index, name="orders"),
    path("orders/<str:ref>/", orders.show, name="order"),
    path("orders/<str:ref>/acts/<str:verb>/<int:number>/", orders.act, name="order_act"),
]
if settings.SANDBOX:
    # In production the page is not there at all, whoever asks.
    urlpatterns.append(path("demo/", account.as_demo, name="demo"))
