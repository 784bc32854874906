package org.warpmix.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Reads JSON lines, as one table or in pieces: one flat object per row; a key that a row lacks is missing there. */
final class JsonLinesReader {

    private final JsonParser parser;
    private final Set<String> wanted;
    private final String source;
    private final Pieces pieces;
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, ColumnBuilder> builders = new LinkedHashMap<>();
    private int rows;
    private boolean handedOn;

    private JsonLinesReader(JsonParser parser, Set<String> wanted, String source, Pieces pieces) {
        this.parser = parser;
        this.wanted = wanted;
        this.source = source;
        this.pieces = pieces;
    }

    static void read(Utf8Reader text, Set<String> wanted, String source, Pieces pieces) {
        // Python writes NaN and Infinity.
        JsonFactory format = JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();
        try (JsonParser parser = format.createParser(text)) {
            new JsonLinesReader(parser, wanted, source, pieces).read();
        } catch (IOException e) {
            throw new TableException(source + ": reading failed (" + e.getMessage() + ").", e);
        }
    }

    private void read() throws IOException {
        try {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_ARRAY) {
                    throw bad(
                            "a JSON array. JSON lines has one object per line; jq -c '.[]' turns one into the other.");
                }
                if (token != JsonToken.START_OBJECT) {
                    throw bad(NearestNames.quote(parser.getText()) + " where an object, one per line, was expected.");
                }
                readRow();
                if (rows >= pieces.most()) {
                    handOn();
                }
            }
        } catch (JsonParseException | StreamConstraintsException e) {
            throw new TableException(
                    source + ", line " + e.getLocation().getLineNr() + ": bad JSON (" + e.getOriginalMessage()
                            + "). Each line must hold one object such as {\"x\": 1.5, \"g\": \"a\"}.",
                    e);
        }
        if (rows == 0 && !handedOn) {
            throw TableReader.empty(source);
        }
        TableReader.requireKnown(wanted, names);
        if (rows > 0) {
            handOn();
        }
    }

    /** The rows so far; a column whose key has not come yet is missing in them. */
    private void handOn() {
        if (wanted != null) {
            wanted.forEach(name -> builders.computeIfAbsent(name, pieces::builder));
        }
        Table.Builder table = Table.builder();
        for (Map.Entry<String, ColumnBuilder> entry : builders.entrySet()) {
            fill(entry.getValue());
            table.column(entry.getKey(), entry.getValue().finish());
        }
        pieces.accept(TableReader.requireColumns(table.build(), source));
        handedOn = true;
        rows = 0;
        builders.replaceAll((name, builder) -> pieces.builder(name));
    }

    private void readRow() throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            if (names.add(name) && (wanted == null || wanted.contains(name))) {
                builders.put(name, pieces.builder(name));
            }
            ColumnBuilder builder = builders.get(name);
            if (builder == null) {
                parser.skipChildren();
                continue;
            }
            fill(builder);
            if (builder.size() > rows) {
                throw bad("the key " + NearestNames.quote(name) + " comes twice in one object.");
            }
            addValue(builder, name, token);
        }
        rows++;
    }

    private void addValue(ColumnBuilder builder, String name, JsonToken token) throws IOException {
        switch (token) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                builder.add(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            case VALUE_STRING -> builder.addLabel(parser.getText());
            case VALUE_TRUE -> builder.addLogical(true);
            case VALUE_FALSE -> builder.addLogical(false);
            case VALUE_NULL -> builder.addMissing();
            default ->
                throw bad("the value of " + NearestNames.quote(name)
                        + " is not a number, a text or a logical. Nested values must be flattened first.");
        }
    }

    /** Sets the rows before this one missing where they lacked the key. */
    private void fill(ColumnBuilder builder) {
        while (builder.size() < rows) {
            builder.addMissing();
        }
    }

    private TableException bad(String what) {
        return new TableException(
                source + ", line " + parser.currentTokenLocation().getLineNr() + ": " + what);
    }
}
