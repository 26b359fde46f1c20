// The build for a device, with Gradle and the SDK: docs/guides/android-build.md. Tests are Maven's (pom.xml), over the same sources.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

dependencyResolutionManagement {
    repositoriesMode = RepositoriesMode.FAIL_ON_PROJECT_REPOS
    repositories {
        // Android's own tools alone; all that is shipped comes from Maven Central.
        google { content { includeGroupAndSubgroups("com.android") } }
        mavenCentral()
    }
}

rootProject.name = "lotline"

include(":bindings", ":handheld", ":app")
