"""All families of pages."""

from __future__ import annotations

from app.web.auth.views import auth
from app.web.board.views import watch
from app.web.calls import calls
from app.web.company.views import settings
from app.web.emergency.views import emergency
from app.web.flows.branches import branches
from app.web.flows.coverage import covering
from app.web.flows.editor import editor
from app.web.flows.exits import exits
from app.web.flows.files import files
from app.web.flows.last_week import last_week
from app.web.flows.refusals import refusals
from app.web.flows.trying import trying
from app.web.flows.versions import publishing
from app.web.flows.views import flows
from app.web.flows.voices import voices
from app.web.groups.views import groups
from app.web.health.views import health
from app.web.hours.calendar import calendar
from app.web.hours.closures import closures
from app.web.hours.views import hours
from app.web.lists.views import lists
from app.web.messages.views import messages
from app.web.numbers.views import numbers
from app.web.phones.extensions import extensions
from app.web.phones.importing import importing
from app.web.phones.proofs import proofs
from app.web.phones.testing import testing
from app.web.phones.views import phones
from app.web.prompts.views import prompts
from app.web.queues.views import queues
from app.web.surveys.views import surveys
from app.web.switch.views import switch
from app.web.today.views import today

BLUEPRINTS = (
    auth,
    today,
    calls,
    flows,
    editor,
    branches,
    voices,
    refusals,
    covering,
    exits,
    publishing,
    trying,
    last_week,
    files,
    phones,
    proofs,
    testing,
    importing,
    extensions,
    groups,
    lists,
    messages,
    surveys,
    watch,
    queues,
    numbers,
    emergency,
    hours,
    closures,
    calendar,
    prompts,
    settings,
    health,
    switch,
)
