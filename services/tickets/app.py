"""The one place where tickets is wired, with plain calls."""

from chassis.service import Service
from chassis.settings import load
from chassis.timers import Timer
from services.tickets.api import (
    at_hand,
    attachments,
    bulk,
    calendars,
    categories,
    classes,
    clusters,
    confidential,
    desk,
    exports,
    figures,
    filing,
    imports,
    indicators,
    joining,
    mediations,
    moves,
    open311,
    open311_keys,
    patrols,
    progress,
    references,
    reports,
    routing,
    saved_views,
    search,
    simulations,
    tickets,
    tracking,
    visits,
    worklists,
    workloads,
)
from services.tickets.api import (
    call_tasks as call_task_routes,
)
from services.tickets.api import (
    recurring as recurring_routes,
)
from services.tickets.api.imports import IMPORT_BYTES_MAX
from services.tickets.domain import states
from services.tickets.domain.attachment import BYTES_MAX as ATTACHMENT_BYTES_MAX
from services.tickets.domain.permission import AAL2, PERMISSIONS, SENSITIVE
from services.tickets.events import EVENTS
from services.tickets.handlers import (
    asking,
    call_tasks,
    clocks,
    closings,
    hot_spots,
    inbound,
    recurring,
    reporters,
    winding,
)
from services.tickets.handlers import attachments as keeping
from services.tickets.handlers import calendars as loading
from services.tickets.handlers import confidential as counselling
from services.tickets.handlers import exports as leaving
from services.tickets.handlers.importing import FORGET_TIMER, forget, importing
from services.tickets.handlers.patrols import MISSED_TIMER, miss_round
from services.tickets.handlers.reports import CLOSE_TIMER, close_month
from services.tickets.handlers.seeding import seed
from services.tickets.handlers.work import ASK_TIMER
from services.tickets.inbox import READS
from services.tickets.settings import TicketsSettings
from services.tickets.store.pending import CONTACT_TIMER, WORDS_TIMER

TIMERS = (
    Timer(winding.TIMER, winding.strike),
    Timer(ASK_TIMER, asking.ask),
    Timer(asking.REMIND_TIMER, asking.remind),
    Timer(asking.CALL_TIMER, asking.call),
    Timer(asking.GIVE_UP_TIMER, asking.give_up),
    Timer(closings.LOOK_BACK_TIMER, call_tasks.time_to_look_back),
    Timer(loading.RECOMPUTE_TIMER, loading.recompute),
    Timer(loading.MISSING_TIMER, loading.ask_for_year),
    Timer(clocks.RESUME_TIMER, clocks.resume_by_itself),
    Timer(clocks.UNDECIDED_TIMER, clocks.refuse_undecided),
    Timer(CONTACT_TIMER, reporters.identified, ask=reporters.ask_again),
    Timer(MISSED_TIMER, miss_round),
    Timer(recurring.MAKE_TIMER, recurring.make_rounds),
    Timer(counselling.CLOCK_TIMER, counselling.strike),
    Timer(counselling.GIVE_UP_TIMER, counselling.give_up),
    Timer(CLOSE_TIMER, close_month),
    Timer(keeping.ORPHAN_TIMER, keeping.sweep),
    Timer(hot_spots.QUIET_TIMER, hot_spots.quiet),
    Timer(FORGET_TIMER, forget),
    Timer(leaving.MAKE_TIMER, leaving.make),
    Timer(leaving.FORGET_TIMER, leaving.forget),
    Timer(WORDS_TIMER, inbound.take, ask=inbound.fetch),
)


def build() -> Service:
    return Service(
        name="tickets",
        settings=load(TicketsSettings, "tickets"),
        routers=[
            filing.router,
            references.router,
            classes.router,
            routing.router,
            calendars.router,
            moves.router,
            progress.router,
            at_hand.router,
            simulations.router,
            mediations.router,
            call_task_routes.router,
            workloads.router,
            desk.router,
            joining.router,
            attachments.router,
            bulk.router,
            categories.router,
            clusters.router,
            saved_views.router,
            search.router,
            tickets.router,
            worklists.router,
            tracking.router,
            visits.router,
            figures.router,
            indicators.router,
            imports.router,
            exports.router,
            reports.router,
            patrols.router,
            recurring_routes.router,
            confidential.router,
            open311_keys.router,
            open311.router,
        ],
        events=EVENTS,
        reads=READS,
        timers=TIMERS,
        loops=(importing,),
        permissions=PERMISSIONS,
        aal2=AAL2,
        sensitive=SENSITIVE,
        after_migrate=seed,
        bodies={
            "/v1/attachments": ATTACHMENT_BYTES_MAX,
            "/v1/imports": IMPORT_BYTES_MAX,
            **{f"/open311/v2/requests.{ending}": ATTACHMENT_BYTES_MAX for ending in ("json", "xml")},
        },
        states={"ticket.md": states.markdown()},
    )
