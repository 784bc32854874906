package org.warpmix.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void columnsFromArrays() {
        Table table = Table.builder()
                .numeric("y", 1, Double.NaN)
                .factor("g", "b", null)
                .factor("h", new int[] {1, -1}, "z", "a")
                .build();
        assertEquals(2, table.rows());
        assertEquals(List.of("y", "g", "h"), table.names());
        for (String name : table.names()) {
            assertTrue(table.column(name).isMissing(1));
        }
        assertArrayEquals(new String[] {"z", "a"}, ((FactorColumn) table.column("h")).levels());
        assertTrue(table.find("x").isEmpty());
    }

    @Test
    void unknownColumn() {
        Table table = Table.builder().numeric("Days", 1).build();
        assertEquals(
                "No column 'days'. Did you mean 'Days'?",
                assertThrows(UnknownColumnException.class, () -> table.column("days"))
                        .getMessage());
    }

    @Test
    void columnsThatDoNotFit() {
        Table.Builder builder = Table.builder().numeric("y", 1, 2);
        assertEquals(
                "Column 'y' is given twice. Column names must differ.",
                assertThrows(IllegalArgumentException.class, () -> builder.numeric("y", 3, 4))
                        .getMessage());
        assertEquals(
                "Column 'x' has 1 rows, the columns before it have 2. All columns of a table are of one length.",
                assertThrows(IllegalArgumentException.class, () -> builder.numeric("x", 3))
                        .getMessage());
    }
}
