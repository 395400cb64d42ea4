"""The addresses of the console's pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from holdfast.console.pages import (
    account,
    claims,
    contracts,
    home,
    inspections,
    notices,
    orders,
    organisation,
    papers,
    payments,
)
from holdfast.console.pages.desk import guarantee, landing
from holdfast.console.pages.desk import papers as desk_papers

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("acting/", home.choose, name="choose"),
    path("theme/", home.theme, name="theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", account.account, name="account"),
    path("welcome/", account.welcome, name="welcome"),
    path("invitations/<str:ref>/accept/", account.accept_invitation, name="invitation_accept"),
    path("contracts/", contracts.index, name="contracts"),
    path("contracts/new/", contracts.new, name="contract_new"),
    path("contracts/<str:ref>/", contracts.show, name="contract"),
    path("contracts/<str:ref>/edit/", contracts.edit, name="contract_edit"),
    path("contracts/<str:ref>/text/", contracts.text, name="contract_text"),
    path("contracts/<str:ref>/acts/<str:verb>/", contracts.act, name="contract_act"),
    path("orders/", orders.index, name="orders"),
    path("orders/<str:ref>/", orders.show, name="order"),
    path("orders/<str:ref>/acts/<str:verb>/<int:number>/", orders.act, name="order_act"),
    path("orders/<str:ref>/claim/", claims.new, name="claim_new"),
    path("orders/<str:ref>/inspection/", inspections.show, name="inspection"),
    path("orders/<str:ref>/inspection/assign/", inspections.assign, name="inspector_assign"),
    path("payments/<str:ref>/", payments.show, name="payment"),
    path("inspections/", inspections.index, name="inspections"),
    path("inspections/<str:ref>/agree/", inspections.agree, name="inspector_agree"),
    path("claims/", claims.index, name="claims"),
    path("claims/<str:ref>/", claims.show, name="claim"),
    path("claims/<str:ref>/acts/<str:verb>/", claims.act, name="claim_act"),
    path("mediation/", claims.queue, name="queue"),
    path("organisation/", organisation.show, name="organisation"),
    path("organisation/acts/<str:verb>/", organisation.act, name="organisation_act"),
    path("organisation/acts/<str:verb>/<str:ref>/", organisation.act, name="organisation_act_on"),
    path("papers/", papers.index, name="papers"),
    path("papers/billing/", papers.billing, name="billing"),
    path("papers/statement/", papers.statement, name="statement"),
    path("papers/<str:ref>/", papers.show, name="paper"),
    path("desk/papers/", desk_papers.index, name="desk_papers"),
    path("desk/papers/journal/", desk_papers.journal, name="desk_journal"),
    path("desk/papers/statement/", desk_papers.statement, name="desk_statement"),
    path("desk/papers/acts/<str:verb>/", desk_papers.act, name="desk_paper_act"),
    path("notices/", notices.index, name="notices"),
    path("notices/read/", notices.read, name="notices_read"),
    path("desk/", landing.landing, name="desk"),
    path("desk/guarantee/", guarantee.show, name="desk_guarantee"),
    path("desk/guarantee/acts/<str:verb>/", guarantee.act, name="desk_guarantee_act"),
    path("desk/guarantee/acts/<str:verb>/<str:ref>/", guarantee.act, name="desk_guarantee_act_on"),
]
if settings.SANDBOX:
    # In production the page is not there at all, whoever asks.
    urlpatterns.append(path("demo/", account.as_demo, name="demo"))
