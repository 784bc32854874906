package org.warpmix.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNamesTest {

    @Test
    void anotherCaseIsSuggestedAlone() {
        assertEquals("Did you mean 'Subject'?", NearestNames.hint("subject", List.of("subjects", "Subject")));
    }

    @Test
    void oneOrSeveralNear() {
        List<String> known = List.of("Reaction", "Days", "Day", "Subject");
        assertEquals("Did you mean 'Reaction'?", NearestNames.hint("Raection", known));
        assertEquals("Did you mean 'Days' or 'Day'?", NearestNames.hint("Dayz", known));
        assertEquals(
                "Did you mean 'abc', 'abd' or 'abe'?", NearestNames.hint("abx", List.of("abc", "abd", "abe", "abf")));
    }

    @Test
    void nearestFirst() {
        assertEquals(
                "Did you mean 'temperature' or 'temperate'?",
                NearestNames.hint("temprature", List.of("temperate", "temperature")));
    }

    @Test
    void nothingNearListsWhatThereIs() {
        assertEquals("Known names: 'y', 'group'.", NearestNames.hint("weight", List.of("y", "group")));
        List<String> many = new ArrayList<>();
        for (int i = 10; i < 30; i++) {
            many.add("col" + i);
        }
        assertEquals(
                "Known names: 'col10', 'col11', 'col12', 'col13', 'col14', 'col15', 'col16', 'col17', 'col18',"
                        + " 'col19', 'col20', 'col21', … (20 in all).",
                NearestNames.hint("x", many));
        assertEquals("There are no names to choose from.", NearestNames.hint("x", List.of()));
    }

    /** A name of one letter would be one edit from every other. */
    @Test
    void shortNamesAreNotNearEverything() {
        assertEquals("Known names: 'a', 'b'.", NearestNames.hint("x", List.of("a", "b")));
    }

    @Test
    void quotedNamesFitOnOneLine() {
        assertEquals("'two lines'", NearestNames.quote("two\nlines"));
        assertEquals("'" + "a".repeat(60) + "…'", NearestNames.quote("a".repeat(61)));
    }
}
