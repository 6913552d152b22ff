package recorder;

import module java.base;

import recorder.Happening.Kind;
import recorder.Happening.Role;
import wire.Escaped;
import wire.Names;
import wire.Words;

/// A trace as one page for a browser that needs nothing else: a timeline, and a sequence diagram
/// for each connection. Pointing at an event, or touching it, shows where in the program it
/// happened.
public final class Page {

    /// More cannot be looked at.
    private static final int DRAWN = 3000;

    private static final int SHOWN = 100; // bytes of an event

    private static final String STYLE = """
            :root { color-scheme: light dark; --ground: #fff; --text: #1c2024; --faint: #667;
              --line: #d5d9de; --panel: #f4f6f8;
              --c0: #0b7285; --c1: #a61e8a; --c2: #2b7a2b; --c3: #8a6100; --c4: #2456c4; }
            @media (prefers-color-scheme: dark) { :root { --ground: #16191d; --text: #e4e7ea;
              --faint: #99a; --line: #363c44; --panel: #20252b;
              --c0: #4dc3d9; --c1: #e57fd0; --c2: #7cc87c; --c3: #dcb04a; --c4: #86adff; } }
            * { box-sizing: border-box; }
            body { margin: 0 auto; max-width: 70rem; padding: 1rem 1rem 9rem;
              background: var(--ground); color: var(--text);
              font: 15px/1.45 system-ui, sans-serif; }
            h1 { font-size: 1.35rem; margin: .2rem 0; overflow-wrap: anywhere; }
            h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; overflow-wrap: anywhere; }
            p { margin: .3rem 0; color: var(--faint); }
            code, .event, .ends, #detail { font-family: ui-monospace, monospace; font-size: 13px; }
            .lane { position: relative; height: 1.7rem; border-bottom: 1px solid var(--line);
              margin-left: 2.2rem; }
            .lane b { position: absolute; left: -2.1rem; color: var(--c); }
            .lane button { position: absolute; top: .45rem; width: 9px; height: 13px;
              padding: 0;
              margin-left: -4px; border: 0; border-radius: 2px; background: var(--c);
              opacity: .75; }
            .lane button.down { height: 6px; top: .85rem; border-radius: 3px; }
            .axis { display: flex; justify-content: space-between; margin-left: 2.2rem;
              color: var(--faint); font-size: 12px; }
            .sequence { border-left: 3px solid var(--c); padding-left: .6rem; }
            .event, .ends { display: grid; grid-template-columns: 4.2rem 1fr 3.2rem 1fr;
              width: 100%; text-align: left; border: 0; padding: .1rem .2rem; background: none;
              color: inherit; gap: .3rem; align-items: start; }
            .ends { color: var(--c); font-weight: 600; border-bottom: 1px solid var(--line); }
            .right > * { grid-template-columns: 4.2rem 4rem 3.2rem 1fr; }
            .left > * { grid-template-columns: 4.2rem 1fr 3.2rem 4rem; }
            .event span, .ends span { overflow-wrap: anywhere; min-width: 0; }
            .event .time { color: var(--faint); }
            .event .arrow { color: var(--c); white-space: pre; text-align: center;
              border-inline: 0; }
            .event:hover, .event:focus, .event.chosen { background: var(--panel); outline: none; }
            button:focus-visible { outline: 2px solid var(--c); }
            button.chosen { opacity: 1; box-shadow: 0 0 0 2px var(--text); }
            #detail { position: fixed; inset: auto 0 0 0; background: var(--panel);
              border-top: 1px solid var(--line); padding: .6rem 1rem; max-height: 8.5rem;
              overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
            @media (max-width: 600px) { body { padding-inline: .6rem; }
              .right > * { grid-template-columns: 3.3rem 3.3rem 2.4rem 1fr; }
              .left > * { grid-template-columns: 3.3rem 1fr 2.4rem 3.3rem; }
              .sequence:not(.left, .right) > * { grid-template-columns: 3.3rem 1fr 2.4rem 1fr; }
              .event, .ends { font-size: 12px; }
              .sequence { padding-left: .3rem; } }
            """;

    private static final String SCRIPT = """
            const detail = document.getElementById('detail');
            function choose(id) {
              document.querySelectorAll('.chosen').forEach(e => e.classList.remove('chosen'));
              const all = document.querySelectorAll('[data-id="' + id + '"]');
              all.forEach(e => e.classList.add('chosen'));
              detail.textContent = details[id];
              return all;
            }
            for (const type of ['mouseover', 'focusin', 'click']) {
              document.addEventListener(type, event => {
                const at = event.target.closest('[data-id]');
                if (!at) return;
                const all = choose(at.dataset.id);
                if (type === 'click' && at.parentElement.classList.contains('lane')) {
                  all[all.length - 1].scrollIntoView({block: 'center'});
                }
              });
            }
            """;

    private final Words words;

    public Page(Words words) {
        this.words = words;
    }

    /// @param title what was traced
    public String of(String title, List<Happening> events, List<End> ends) {
        var drawn = events.subList(0, Math.min(DRAWN, events.size()));
        var page = new StringBuilder();
        page.append("<!doctype html>\n<html lang=\"").append(words.choose("en", "zh-CN"))
                .append("\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" ")
                .append("content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(html(title)).append("</title>\n<style>\n").append(STYLE)
                .append("</style>\n<h1>").append(html(title)).append("</h1>\n<p>")
                .append(words.choose("Reads and writes, and no TCP segments.",
                        "这里是一次次的读和写，不是 TCP 的报文段。"))
                .append(events.size() > DRAWN ? words.choose(" The first %,d of %,d events.",
                        "共 %2$,d 个事件，画出前 %1$,d 个。").formatted(DRAWN, events.size()) : "")
                .append("</p>\n");
        timeline(drawn, page);
        drawn.stream().map(Happening::connection).filter(each -> each > 0).distinct()
                .forEach(each -> sequence(each, drawn, ends, page));
        page.append("<div id=\"detail\">")
                .append(words.choose("Point at an event, or touch it.", "指向或点一个事件。"))
                .append("</div>\n<script>\nconst details = [")
                .append(drawn.stream().map(each -> Json.quote(detail(each)))
                        .collect(Collectors.joining(",\n")))
                .append("];\n").append(SCRIPT).append("</script>\n</html>\n");
        return page.toString();
    }

    private static String html(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private static String colour(int connection) {
        return " style=\"--c: var(--c" + (connection - 1) % 5 + ")\"";
    }

    // ---- the timeline ----

    private void timeline(List<Happening> events, StringBuilder page) {
        if (events.isEmpty()) {
            page.append("<p>").append(words.choose("Nothing has crossed a socket.",
                    "没有数据经过套接字。")).append("</p>\n");
            return;
        }
        var first = events.getFirst().at();
        var span = Math.max(1, events.getLast().at() - first);
        page.append("<h2>").append(words.choose("Timeline", "时间线")).append("</h2>\n");
        events.stream().map(Happening::connection).filter(each -> each > 0).distinct()
                .forEach(connection -> {
                    page.append("<div class=\"lane\"").append(colour(connection)).append("><b>")
                            .append(Names.of(connection)).append("</b>");
                    for (int i = 0; i < events.size(); i++) {
                        if (events.get(i).connection() != connection) continue;
                        var at = 100.0 * (events.get(i).at() - first) / span;
                        page.append("<button data-id=\"").append(i).append("\" class=\"")
                                .append(events.get(i).isUp() ? "up" : "down")
                                .append("\" style=\"left:%.2f%%\" aria-label=\"".formatted(at))
                                .append(html(said(events.get(i)))).append("\"></button>");
                    }
                    page.append("</div>\n");
                });
        page.append("<div class=\"axis\"><span>").append(seconds(first)).append("</span><span>")
                .append(seconds(first + span)).append("</span></div>\n");
    }

    private static String seconds(long nanos) {
        return "%.3f s".formatted(nanos / 1e9);
    }

    // ---- the sequence diagrams ----

    private void sequence(int connection, List<Happening> events, List<End> ends,
            StringBuilder page) {
        page.append("<h2>").append(Names.of(connection)).append("</h2>\n");
        for (var end : ends) {
            if (end.connection() != connection) continue;
            page.append("<p>").append(html(new Lines(words, 0, false).summary(List.of(end))
                    .subList(1, 3).stream().map(String::strip)
                    .collect(Collectors.joining(": ")))).append("</p>\n");
        }
        var roles = events.stream().filter(each -> each.connection() == connection)
                .map(Happening::role).collect(Collectors.toSet());
        var kind = roles.contains(Role.CLIENT) ? roles.contains(Role.SERVER) ? "" : " left"
                : roles.contains(Role.SERVER) ? " right" : "";
        page.append("<div class=\"sequence").append(kind).append("\"")
                .append(colour(connection)).append(">\n")
                .append("<div class=\"ends\"><span></span><span>")
                .append(words.choose("client", "客户端")).append("</span><span></span><span>")
                .append(words.choose("server", "服务器")).append("</span></div>\n");
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).connection() == connection) row(i, events.get(i), page);
        }
        page.append("</div>\n");
    }

    private void row(int id, Happening event, StringBuilder page) {
        var said = html(said(event));
        var right = event.isAtServer();
        page.append("<button class=\"event\" data-id=\"").append(id)
                .append("\"><span class=\"time\">").append("%.3f".formatted(event.at() / 1e9))
                .append("</span><span>").append(right ? "" : said)
                .append("</span><span class=\"arrow\">").append(html(Lines.arrow(event)))
                .append("</span><span>").append(right ? said : "").append("</span></button>\n");
    }

    private String said(Happening event) {
        var verb = switch (event.kind()) {
            case WRITE -> words.choose("write", "写");
            case READ -> words.choose("read", "读");
            case SEND -> words.choose("send", "发");
            case RECEIVE -> words.choose("receive", "收");
            default -> new Lines(words, 0, false).said(event);
        };
        if (event.kind() != Kind.WRITE && event.kind() != Kind.READ
                && event.kind() != Kind.SEND && event.kind() != Kind.RECEIVE) return verb;
        var shown = Arrays.copyOf(event.bytes(), Math.min(SHOWN, event.bytes().length));
        return "%s %,d \"%s\"%s".formatted(verb, event.count(), Escaped.text(shown),
                shown.length < event.count() ? "…" : "");
    }

    private String detail(Happening event) {
        var lines = new ArrayList<String>();
        lines.add("%s  %s  %s".formatted(seconds(event.at()),
                event.connection() == 0 ? "" : Names.of(event.connection()), said(event)));
        lines.add(Stream.of(event.place(), event.thread(),
                event.waited() == 0 ? "" : words.choose("waited %.3f ms", "等了 %.3f ms")
                        .formatted(event.waited() / 1e6))
                .filter(each -> !each.isEmpty()).collect(Collectors.joining("   ")));
        return String.join("\n", lines);
    }
}
