package recorder;

import module java.base;

import wire.Words;

final class Page {
    private final Words words;
    Page(Words words) { this.words = words; }
    String of(String title, List<Happening> events, List<End> ends) { return Json.of(title, events, ends); }
}
