package org.warpmix.study.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.warpmix.table.NearestNames;

/**
 * YAML 1.2 as a tree of {@link Entry}. Nodes alone are read and nothing is constructed of them, so a file can have no object made or
 * code run. What an alias repeats is shared.
 */
final class YamlReader {

    private static final long LARGEST = 1 << 22;

    private final String file;
    private final IdentityHashMap<Node, Entry> seen = new IdentityHashMap<>();

    private YamlReader(String file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws StudyFileException where it is no YAML, with the line
     */
    static Entry read(Path path) {
        try {
            if (Files.isDirectory(path)) {
                throw new IllegalArgumentException(path + " is a folder. Name a study file.");
            }
            if (Files.size(path) > LARGEST) {
                throw new IllegalArgumentException(path + " has more than 4 MB: that is no study file.");
            }
            return parse(path.getFileName().toString(), Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(path + ": there is no such file.", e);
        } catch (AccessDeniedException e) {
            throw new UncheckedIOException(path + ": no permission to read it.", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(path + " is not UTF-8 text: that is no study file.", e);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read (" + e.getMessage() + ").", e);
        }
    }

    /** Reads a text. */
    static Entry parse(String file, String text) {
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(file).build();
            Node root = new Compose(settings).composeString(text).orElse(null);
            if (root == null) {
                throw new StudyFileException(file + ", line 1: the file is empty.", null);
            }
            return new YamlReader(file).entry(root, "", line(root));
        } catch (MarkedYamlEngineException e) {
            int line = 1 + e.getProblemMark().map(mark -> mark.getLine()).orElse(0);
            throw new StudyFileException(file + ", line " + line + ": no YAML, " + e.getProblem() + ".", e);
        } catch (YamlEngineException e) {
            throw new StudyFileException(
                    file + ": no YAML, " + e.getMessage().lines().findFirst().orElse("") + ".", e);
        }
    }

    private static int line(Node node) {
        return 1 + node.getStartMark().map(mark -> mark.getLine()).orElse(0);
    }

    /** @param line where the entry begins: its key's, if it has one */
    private Entry entry(Node node, String what, int line) {
        if (seen.containsKey(node)) {
            Entry repeated = seen.get(node);
            if (repeated == null) {
                throw new StudyFileException(file + ", line " + line + ": an alias that holds itself.", null);
            }
            return new Entry(file, line, what, repeated.value());
        }
        seen.put(node, null);
        Object value;
        if (node instanceof MappingNode mapping) {
            value = entries(mapping, what);
        } else if (node instanceof SequenceNode sequence) {
            List<Entry> items = new ArrayList<>();
            sequence.getValue().forEach(item -> items.add(entry(item, what, line(item))));
            value = List.copyOf(items);
        } else {
            value = ((ScalarNode) node).getValue();
        }
        Entry entry = new Entry(file, line, what, value);
        seen.put(node, entry);
        return entry;
    }

    private Map<String, Entry> entries(MappingNode mapping, String what) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            int line = line(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new StudyFileException(file + ", line " + line + ": a key that is not a word.", null);
            }
            String name = key.getValue();
            Entry value = entry(tuple.getValueNode(), what.isEmpty() ? name : what + "." + name, line);
            if (entries.put(name, value) != null) {
                throw value.wrong("the key " + NearestNames.quote(name) + " is given twice. Leave out either.");
            }
        }
        return entries;
    }
}
