package org.warpmix.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableWriterTest {

    @Test
    void writesWhatTheReaderReads() throws IOException {
        double[] numbers = {1, -0.1, 1e300, Double.NaN, Double.NEGATIVE_INFINITY};
        Table table = Table.builder()
                .numeric("a \"name\", quoted", numbers)
                .factor("f", "plain", "with, comma", "with \"quotes\"", null, "two\nlines")
                .build();
        StringWriter csv = new StringWriter();
        TableWriter.writeCsv(table, csv);
        assertEquals(
                "\"a \"\"name\"\", quoted\",f\n1,plain\n-0.1,\"with, comma\"\n1.0E300,\"with \"\"quotes\"\"\"\nNA,NA\n"
                        + "-Inf,\"two\nlines\"\n",
                csv.toString());
        byte[] bytes = csv.toString().getBytes(StandardCharsets.UTF_8);
        Table back = TableReader.withDefaults().read(new ByteArrayInputStream(bytes), "csv");
        assertArrayEquals(numbers, ((NumericColumn) back.column("a \"name\", quoted")).values());
        FactorColumn factor = (FactorColumn) back.column("f");
        assertEquals("two\nlines", factor.levels()[factor.codes()[4]]);
        assertEquals(-1, factor.codes()[3]);
    }
}
