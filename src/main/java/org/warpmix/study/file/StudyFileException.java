package org.warpmix.study.file;

/** A study file that says something wrong: one line that names the file, the line in it and the way out. */
public final class StudyFileException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    StudyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
